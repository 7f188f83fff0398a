import type { DeletionApproval } from "../model/approval";

/** What may be deleted or replaced, for a few days. */
export const approvals: readonly DeletionApproval[] = [];
