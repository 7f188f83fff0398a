import { AuditArchive } from "../../constructs/audit-archive";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { PublicAddress } from "../../constructs/public-address";
import { StateStorage } from "../../constructs/state-storage";
import { endpointsOf } from "./network-fixture";
import { ground } from "./provider-stack";
import { synthStack } from "./synth";

/** An archive of audit logs, with one source. */
export const archive = (keepDays = 400) =>
  synthStack((stack) => {
    const { endpoints, resourceGroup } = endpointsOf(stack);
    const made = new AuditArchive(stack, "archive", { name: "stmmrv", resourceGroup, keepDays, endpoints });
    const source = new PublicAddress(stack, "source", { name: "pip", resourceGroup, zones: [] });
    made.collect(source, ["kube-audit"]);
  });

/** The storage of states, with the container of one environment. */
export const states = () =>
  synthStack((stack) => {
    const resourceGroup = ground(stack);
    const storage = new StateStorage(stack, "states", {
      name: "stmmrvstate",
      resourceGroup,
      replication: "GZRS",
      softDeleteDays: 30,
      administrators: [{ name: "administrators-1", principalId: "5f1c0d4e", type: "Group" }],
    });
    const container = storage.addContainer("staging");
    container.grantRead("planner", new ManagedIdentity(stack, "plan", { name: "id-plan", resourceGroup }));
    container.grantWrite("deployer", new ManagedIdentity(stack, "deploy", { name: "id-deploy", resourceGroup }));
  });
