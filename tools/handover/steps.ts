import { deliverableReleases, deliveryOf } from "../../model/delivery";
import { didYouMean } from "../../model/did-you-mean";
import type { Environment } from "../../model/environment";
import { printable } from "../../model/printable";
import { DELIVERIES, type Delivery } from "../../model/schema/git-ops";
import { UserError } from "../../model/user-error";

/** One step of a release from who delivers it to who will. */
export interface DeliveryStep {
  readonly release: string;
  readonly from: Delivery;
  readonly to: Delivery;
}

/** The delivery on one side of another; undefined behind the last. */
const beside = (delivery: Delivery, by: 1 | -1): Delivery | undefined => DELIVERIES[DELIVERIES.indexOf(delivery) + by];

/** The step towards Flux; undefined when Flux delivers already. */
export function stepForward(environment: Environment, release: string): DeliveryStep | undefined {
  const from = deliveryOf(environment, release);
  const to = beside(from, 1);
  return to && { release, from, to };
}

/** The step towards Terraform; undefined when Terraform delivers already. */
export function stepBack(environment: Environment, release: string): DeliveryStep | undefined {
  const from = deliveryOf(environment, release);
  const to = beside(from, -1);
  return to && { release, from, to };
}

/**
 * The name of a release that can be handed over.
 * @throws UserError with the names that there are
 */
export function findRelease(environment: Environment, name: string): string {
  const names = deliverableReleases(environment);
  if (names.includes(name)) return name;
  throw new UserError(
    `${printable(name)}: no such release in ${environment.name}${didYouMean(name, names)}; there are ${names.join(", ")} (add-ons stay with Terraform)`,
  );
}
