import { mmrv } from "./commands";

void mmrv().parseAsync();
