import { KeyVault as AzurermKeyVault } from "@cdktf/provider-azurerm/lib/key-vault";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { ReachableFrom } from "./private-endpoint";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";
import { withPrefix } from "./support/ranges";

export interface KeyVaultProps {
  readonly name: string;
  readonly network: ReachableFrom;
  readonly purgeProtection: boolean;
  readonly resourceGroup: ResourceGroup;
  readonly softDeleteDays: number;
  readonly tenantId: string;
}

/** One application's secrets. Terraform makes the vault and the roles; values never pass through it. */
export class KeyVault extends Construct implements Scope {
  readonly id: string;
  readonly name: string;
  /** Its private endpoint, if it has one. */
  readonly endpoints: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: KeyVaultProps) {
    super(scope, id);
    const { name, network, purgeProtection, resourceGroup, softDeleteDays, tenantId } = props;
    const endpoints = "privateEndpoints" in network ? network.privateEndpoints : undefined;
    const vault = new AzurermKeyVault(this, "Default", {
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      tenantId,
      skuName: "standard",
      rbacAuthorizationEnabled: true,
      purgeProtectionEnabled: purgeProtection,
      softDeleteRetentionDays: softDeleteDays,
      publicNetworkAccessEnabled: endpoints === undefined,
      networkAcls: {
        bypass: "AzureServices",
        defaultAction: "Deny",
        ipRules: "allowedRanges" in network ? network.allowedRanges.map(withPrefix) : [],
      },
    });
    this.id = vault.id;
    this.name = name;
    this.endpoints = endpoints ? [endpoints.attach(this, "vault")] : [];
  }

  /**
   * Lets an application read its secrets by name, and list none. Here and not where the application is deployed: under
   * the vault's lock Azure lets nobody take a role away again (`ScopeLocked`).
   */
  grantRead(application: Principal): RoleAssignment {
    return new RoleAssignment(this, "read", { scope: this, role: "Key Vault Secrets User", principal: application });
  }

  /** For the pipeline that copies secrets: it reads, writes and deletes them. */
  grantSecretsOfficer(pipeline: Principal): RoleAssignment {
    return new RoleAssignment(this, "secrets-officer", {
      scope: this,
      role: "Key Vault Secrets Officer",
      principal: pipeline,
    });
  }
}
