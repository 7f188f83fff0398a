import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { Aspects, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { pinAzurerm } from "../constructs/support/azurerm-version";
import { DeletionGuard } from "../constructs/support/deletion-guard";
import { obeyHouseRules } from "../constructs/support/house-rules";
import { override } from "../constructs/support/override";
import { TagEverything } from "../constructs/support/tags";
import type { Environment } from "../model/environment";
import { type Marker, markersOf } from "../model/markers";
import type { Subscription } from "../model/subscription";
import { stopOnMarkers } from "./open-markers";
import { keepState } from "./state";

export interface MmrvStackOptions {
  /** Whether it speaks to Azure; what does not plans while Azure is away, when its state is kept elsewhere. @default true */
  readonly speaksToAzure?: boolean;
  /** Resource providers that are registered before anything else, on every plan; it takes rights on the subscription. @default none */
  readonly registers?: readonly string[];
  /** Open markers elsewhere than in the stack's own settings. @default none */
  readonly otherMarkers?: readonly Marker[];
}

/** What every stack has: its own state, the Azure provider where it speaks to Azure, tags, the deletion guard, and the house rules. */
export class MmrvStack extends TerraformStack {
  /** What only the owner knows and nobody has said yet: whatever plans or deploys stops on it. */
  readonly openMarkers: readonly Marker[];

  constructor(
    scope: Construct,
    id: string,
    /** The file under environments/ that the stack is made from. */
    readonly settings: Environment | Subscription,
    { registers, otherMarkers = [], speaksToAzure = true }: MmrvStackOptions = {},
  ) {
    super(scope, id);
    override(this, "terraform.required_version", "~> 1.11", "CDKTF has no property for it");
    keepState(this, id, settings.name);
    this.openMarkers = [...markersOf(settings), ...otherMarkers];
    stopOnMarkers(this, this.openMarkers);
    if (speaksToAzure) this.useAzure(registers);
    Aspects.of(this).add(
      new TagEverything({ application: "mmrv", environment: settings.name, managedBy: "cdktf", stack: id }),
    );
    if (settings.deletionGuard) Aspects.of(this).add(new DeletionGuard());
    obeyHouseRules(this);
  }

  private useAzure(registers: readonly string[] | undefined): void {
    new AzurermProvider(this, "azurerm", {
      subscriptionId: this.settings.subscriptionId,
      // Deploy identities have no right to register; azurerm's own sets lack what phase 5 needs.
      resourceProviderRegistrations: "none",
      resourceProvidersToRegister: registers && [...registers],
      storageUseAzuread: true,
      features: [
        {
          keyVault: [{ purgeSoftDeleteOnDestroy: false, recoverSoftDeletedKeyVaults: true }],
          // A group that still holds what Terraform does not know is not deleted with it.
          resourceGroup: [{ preventDeletionIfContainsResources: true }],
          // Storage is managed through Resource Manager alone: its data plane may be closed to this machine.
          storage: [{ dataPlaneAvailable: false }],
        },
      ],
    });
    pinAzurerm(this);
  }

  private readonly leftOut: string[] = [];

  /** Notes in one sentence what this stack would have but cannot yet; the commands say it. */
  protected leaveOut(reason: string): void {
    this.leftOut.push(reason);
  }

  /** What is not in this stack yet, and what it waits for. */
  get missing(): readonly string[] {
    return this.leftOut;
  }
}
