/** The moment, in ISO 8601 to the second, in UTC. */
export const nowText = (): string => `${new Date().toISOString().slice(0, 19)}Z`;
