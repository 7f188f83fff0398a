import { mmrv } from "./commands";
import { take } from "./take";

take(mmrv());
