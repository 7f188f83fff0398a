/** What only Azure knows of whatever reads a vault: Terraform finds it, and Flux is told. */
export interface FoundInAzure {
  /** Of the identity that its pods run as. */
  readonly clientId: string;
  /** Of its vault. */
  readonly tenantId: string;
}
