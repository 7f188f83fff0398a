import type { IAspect } from "cdktf";
import type { IConstruct } from "constructs";

type Tags = Readonly<Record<string, string>>;

const isTaggable = (node: IConstruct): node is IConstruct & { tags?: Record<string, string>; tagsInput?: Tags } =>
  "tagsInput" in node;

/** Tags every resource that can carry tags; a resource's own tag wins. azurerm has no default tags. */
export class TagEverything implements IAspect {
  constructor(private readonly tags: Tags) {}

  visit(node: IConstruct): void {
    if (isTaggable(node)) node.tags = { ...this.tags, ...node.tagsInput };
  }
}
