/** A file that puts a stack's state beside it, whatever the stack says: developer.hashicorp.com/terraform/language/files/override. */
export const LOCAL_STATE = {
  file: "override.tf.json",
  text: JSON.stringify({ terraform: { backend: { local: { path: "terraform.tfstate" } } } }),
} as const;
