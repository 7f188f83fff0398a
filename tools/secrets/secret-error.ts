/** Why one secret cannot be read or written, in our words: what, why and what to do next, and never a value. */
export class SecretError extends Error {
  override readonly name: string = "SecretError";
}

/** Nobody is logged in, or not any more: no secret could be read. */
export class LoginError extends SecretError {
  override readonly name = "LoginError";
}
