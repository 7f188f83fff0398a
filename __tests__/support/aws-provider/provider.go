package main

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// provider takes what the stacks of this repository give to theirs, and refuses everything else as unknown.
func provider() *schema.Provider {
	return &schema.Provider{
		Schema: map[string]*schema.Schema{
			"region": {Type: schema.TypeString, Optional: true},
			"allowed_account_ids": {
				Type: schema.TypeSet, Optional: true, Elem: &schema.Schema{Type: schema.TypeString},
			},
		},
		ResourcesMap:         map[string]*schema.Resource{"aws_route53_record": record()},
		ConfigureContextFunc: configure,
	}
}

// configure returns a client of Route 53. It asks who is logged in, as the real one does, and refuses other accounts.
func configure(ctx context.Context, d *schema.ResourceData) (any, diag.Diagnostics) {
	if os.Getenv("AWS_ENDPOINT_URL") == "" {
		return nil, diag.Errorf("this provider is a stand-in for tests and calls a local AWS alone: AWS_ENDPOINT_URL is not set")
	}
	settings, err := config.LoadDefaultConfig(ctx, config.WithRegion(d.Get("region").(string)))
	if err != nil {
		return nil, diag.FromErr(err)
	}
	caller, err := sts.NewFromConfig(settings).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, diag.Errorf("retrieving AWS account details: %s", err)
	}
	account := aws.ToString(caller.Account)
	if allowed := d.Get("allowed_account_ids").(*schema.Set); allowed.Len() > 0 && !allowed.Contains(account) {
		return nil, diag.Errorf("AWS account ID not allowed: %s", account)
	}
	return route53.NewFromConfig(settings), nil
}
