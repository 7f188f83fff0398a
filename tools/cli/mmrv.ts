import { mmrv } from "./commands";
import { take } from "./take";

void take(mmrv());
