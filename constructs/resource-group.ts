/** A resource group that something is put into: one of this stack, or one that `bootstrap` made. */
export interface ResourceGroup {
  readonly name: string;
  /** The region, which everything in the group shares. */
  readonly location: string;
}
