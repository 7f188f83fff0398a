/** Who issues the tokens of GitHub's workflows: docs.github.com/actions/concepts/security/openid-connect. */
export const GITHUB_ISSUER_HOST = "token.actions.githubusercontent.com";
export const GITHUB_ISSUER = `https://${GITHUB_ISSUER_HOST}`;
