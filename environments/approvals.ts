/** Leave to delete or replace one protected resource, for a few days. A reviewer merges it; the plan guard reads it. */
export interface DeletionApproval {
  /** The Terraform address, as the plan names it. */
  readonly address: string;
  /** The first and the last day on which it counts, as YYYY-MM-DD. */
  readonly from: string;
  readonly until: string;
  readonly reason: string;
}

export const approvals: readonly DeletionApproval[] = [];
