package main

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// pollInterval is how long it waits before it asks a change again. The real one waits 15 s before the first time and 15 s
// between; a test would wait half a minute for each record and learn nothing.
const pollInterval = 100 * time.Millisecond

// send changes records by one batch and waits until every name server has it.
// accepted is called with the record's id as soon as Route 53 has taken the batch.
func send(ctx context.Context, client *route53.Client, d *schema.ResourceData, accepted func(string), changes ...types.Change) error {
	output, err := client.ChangeResourceRecordSets(ctx, &route53.ChangeResourceRecordSetsInput{
		HostedZoneId: aws.String(zoneID(d)),
		ChangeBatch:  &types.ChangeBatch{Changes: changes, Comment: aws.String("Managed by Terraform")},
	})
	if err != nil {
		return err
	}
	accepted(idOf(d))
	for status := output.ChangeInfo.Status; status != types.ChangeStatusInsync; {
		time.Sleep(pollInterval)
		change, err := client.GetChange(ctx, &route53.GetChangeInput{Id: output.ChangeInfo.Id})
		if err != nil {
			return err
		}
		status = change.ChangeInfo.Status
	}
	return nil
}

// find returns the record set of this name, type and set identifier; nil where there is none. Without a set identifier a
// weighted record is not found: they must be equal.
func find(ctx context.Context, client *route53.Client, d *schema.ResourceData, zone string) (*types.ResourceRecordSet, error) {
	name, kind := storedName(fullName(d.Get("name").(string), zone)), types.RRType(d.Get("type").(string))
	set := d.Get("set_identifier").(string)
	input := &route53.ListResourceRecordSetsInput{
		HostedZoneId: aws.String(zoneID(d)), StartRecordName: aws.String(name), StartRecordType: kind,
	}
	if set == "" {
		input.MaxItems = aws.Int32(1)
	}
	for pages := route53.NewListResourceRecordSetsPaginator(client, input); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, one := range page.ResourceRecordSets {
			if strings.EqualFold(aws.ToString(one.Name), name) && one.Type == kind && aws.ToString(one.SetIdentifier) == set {
				return &one, nil
			}
		}
		if !strings.EqualFold(aws.ToString(page.NextRecordName), name) || page.NextRecordType != kind {
			break
		}
	}
	return nil, nil
}

// zoneOf is the name of the record's zone.
func zoneOf(ctx context.Context, client *route53.Client, d *schema.ResourceData) (string, error) {
	output, err := client.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: aws.String(zoneID(d))})
	if err != nil {
		return "", err
	}
	return aws.ToString(output.HostedZone.Name), nil
}

func zoneID(d *schema.ResourceData) string {
	return strings.TrimPrefix(d.Get("zone_id").(string), "/hostedzone/")
}

// idOf is the id that an import would take.
func idOf(d *schema.ResourceData) string {
	parts := []string{d.Get("zone_id").(string), strings.ToLower(d.Get("name").(string)), d.Get("type").(string)}
	if set := d.Get("set_identifier").(string); set != "" {
		parts = append(parts, set)
	}
	return strings.Join(parts, "_")
}
