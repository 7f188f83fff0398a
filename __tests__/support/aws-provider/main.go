// Command terraform-provider-aws stands in for hashicorp/aws where tests run the real Terraform against a local Route 53:
// the real provider cannot be had everywhere, and is the largest of all to build.
//
// It has one resource, aws_route53_record, with the rules of hashicorp/aws that a cutover rests on: what is changed in
// place and by which batch, what an import finds, what a refused change leaves in the state, and which refusal is
// swallowed. They were read in internal/service/route53/{record,clean,change_info}.go of that provider (commits 00655c16,
// 09ca52f5 and 25f80865, of 2025 and 2026; its tags cannot be had). The code is not taken from there.
//
// What it does not prove: that 6.25.0 follows these rules, and anything about AWS. `cutover prove` asks the real ones.
package main

import "github.com/hashicorp/terraform-plugin-sdk/v2/plugin"

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: provider})
}
