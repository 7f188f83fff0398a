import { isLogin, isNetwork, loginCommand } from "../../secrets/aws-errors";
import { partsOf } from "../../secrets/secret-error";
import { type NotMeasured, notMeasured } from "./not-measured";

/**
 * One read-only question to AWS; whatever goes wrong is a value.
 * @param permission that it needs, such as cloudwatch:GetMetricData
 */
export async function askAws<T>(permission: string, send: () => Promise<T>): Promise<T | NotMeasured> {
  try {
    return await send();
  } catch (error) {
    return notMeasured(whyOf(permission, error));
  }
}

/** By the name of AWS's error; never its message, which may quote what was asked. */
function whyOf(permission: string, error: unknown): string {
  const { code, name } = partsOf(error);
  if (isLogin(error)) return `you are not logged in to AWS, or not any more (${name}); ${loginCommand()}, then again`;
  if (isNetwork(error)) return `AWS cannot be reached (${code || name}); look at the network, then again`;
  if (/AccessDenied|Unauthorized|NotAuthorized/.test(name))
    return `AWS does not let you (${name}); your role needs ${permission}; ask whoever grants it, then again`;
  if (/Throttl|TooManyRequests|LimitExceeded/.test(name)) return `AWS throttles after every try (${name}); again later`;
  return `AWS refused ${permission} (${name || code || "an error without a name"}); look whether the AWS CLI says more`;
}
