/** A text that Terraform takes as it is: developer.hashicorp.com/terraform/language/expressions/strings. */
export const literal = (text: string): string => text.replace(/([$%])\{/g, "$1$1{");
