package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

// recordTypes are those that the real provider accepts, and looks for in an id.
var recordTypes = func() (names []string) {
	for _, name := range types.RRType("").Values() {
		names = append(names, string(name))
	}
	return
}()

// record is aws_route53_record without the routing policies that no stack of this repository uses. Only name and zone_id
// replace it: type and set_identifier change in place. The weight is not checked, as in the real one.
func record() *schema.Resource {
	return &schema.Resource{
		CreateContext: createRecord,
		ReadContext:   readRecord,
		UpdateContext: updateRecord,
		DeleteContext: deleteRecord,
		Importer:      &schema.ResourceImporter{StateContext: importRecord},
		SchemaVersion: 2,
		Schema: map[string]*schema.Schema{
			"name": {
				Type: schema.TypeString, Required: true, ForceNew: true,
				StateFunc: func(name any) string { return strings.ToLower(strings.TrimSuffix(name.(string), ".")) },
			},
			"zone_id": {Type: schema.TypeString, Required: true, ForceNew: true, ValidateFunc: validation.NoZeroValues},
			"type":    {Type: schema.TypeString, Required: true, ValidateFunc: validation.StringInSlice(recordTypes, false)},
			"ttl": {
				Type: schema.TypeInt, Optional: true,
				ConflictsWith: []string{"alias"}, RequiredWith: []string{"records", "ttl"},
			},
			"records": {
				Type: schema.TypeSet, Optional: true,
				Elem: &schema.Schema{Type: schema.TypeString}, ExactlyOneOf: []string{"alias", "records"},
			},
			"alias": {
				Type: schema.TypeList, Optional: true, MaxItems: 1,
				ExactlyOneOf: []string{"alias", "records"}, ConflictsWith: []string{"ttl"},
				Elem: &schema.Resource{Schema: map[string]*schema.Schema{
					"name": {
						Type: schema.TypeString, Required: true,
						StateFunc: func(name any) string { return withoutDot(name.(string)) },
						DiffSuppressFunc: func(_, before, after string, _ *schema.ResourceData) bool {
							return strings.EqualFold(before, after)
						},
					},
					"zone_id":                {Type: schema.TypeString, Required: true},
					"evaluate_target_health": {Type: schema.TypeBool, Required: true},
				}},
			},
			"set_identifier": {Type: schema.TypeString, Optional: true},
			"weighted_routing_policy": {
				Type: schema.TypeList, Optional: true, MaxItems: 1, RequiredWith: []string{"set_identifier"},
				Elem: &schema.Resource{Schema: map[string]*schema.Schema{
					"weight": {Type: schema.TypeInt, Required: true},
				}},
			},
			"health_check_id": {Type: schema.TypeString, Optional: true},
			"allow_overwrite": {Type: schema.TypeBool, Optional: true, Computed: true},
			"fqdn":            {Type: schema.TypeString, Computed: true},
		},
	}
}

// createRecord makes the record by a CREATE, which fails where it exists. An update that changes neither the type nor the
// set identifier comes here as well, and is an UPSERT.
func createRecord(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	client := meta.(*route53.Client)
	zone, err := zoneOf(ctx, client, d)
	if err != nil {
		return diag.FromErr(err)
	}
	action := types.ChangeActionUpsert
	if d.IsNewResource() && !d.Get("allow_overwrite").(bool) {
		action = types.ChangeActionCreate
	}
	err = send(ctx, client, d, func(id string) { d.SetId(id) }, types.Change{Action: action, ResourceRecordSet: planned(d, zone)})
	if err != nil {
		return diag.Errorf("creating Route53 Record: %s", err)
	}
	return readRecord(ctx, d, meta)
}

// updateRecord deletes and creates in one batch where the type or the set identifier changes. What it deletes is built
// from the state and not from the zone, so a state that is behind is refused. Then the new values stay in the state all
// the same, because the real provider does not call d.Partial(true) either.
func updateRecord(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	if !d.HasChange("type") && !d.HasChange("set_identifier") {
		return createRecord(ctx, d, meta)
	}
	client := meta.(*route53.Client)
	zone, err := zoneOf(ctx, client, d)
	if err != nil {
		return diag.FromErr(err)
	}
	action := types.ChangeActionCreate
	if d.Get("allow_overwrite").(bool) {
		action = types.ChangeActionUpsert
	}
	err = send(ctx, client, d, func(id string) { d.SetId(id) },
		types.Change{Action: types.ChangeActionDelete, ResourceRecordSet: inState(d, zone)},
		types.Change{Action: action, ResourceRecordSet: planned(d, zone)})
	if err != nil {
		return diag.Errorf("updating Route53 Record (%s): %s", d.Id(), err)
	}
	return readRecord(ctx, d, meta)
}

// readRecord drops a record that is not there from the state. What the zone has no more, an alias or a weight, stays as it
// was: the real one does not empty them either.
func readRecord(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	client := meta.(*route53.Client)
	zone, err := zoneOf(ctx, client, d)
	if err != nil {
		return diag.FromErr(err)
	}
	found, err := find(ctx, client, d, zone)
	if err != nil {
		return diag.Errorf("reading Route 53 Record (%s): %s", d.Id(), err)
	}
	if found == nil && !d.IsNewResource() {
		d.SetId("")
		return nil
	}
	if found == nil {
		return diag.Errorf("reading Route 53 Record (%s): couldn't find resource", d.Id())
	}
	values := map[string]any{
		"fqdn":            fullName(d.Get("name").(string), zone),
		"health_check_id": found.HealthCheckId,
		"set_identifier":  found.SetIdentifier,
		"records":         recordValues(found),
		"ttl":             found.TTL,
	}
	if alias := found.AliasTarget; alias != nil {
		values["alias"] = []any{map[string]any{
			"name":                   withoutDot(aws.ToString(alias.DNSName)),
			"zone_id":                aws.ToString(alias.HostedZoneId),
			"evaluate_target_health": alias.EvaluateTargetHealth,
		}}
	}
	if found.Weight != nil {
		values["weighted_routing_policy"] = []any{map[string]any{"weight": int(*found.Weight)}}
	}
	for name, value := range values {
		if err := d.Set(name, value); err != nil {
			return diag.Errorf("setting %s: %s", name, err)
		}
	}
	return nil
}

// deleteRecord swallows a refusal and reports success: the record may stand although Terraform says destroyed
// (hashicorp/terraform-provider-aws#37850).
func deleteRecord(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	client := meta.(*route53.Client)
	zone, err := zoneOf(ctx, client, d)
	if err != nil {
		return diag.FromErr(err)
	}
	found, err := find(ctx, client, d, zone)
	if err != nil {
		return diag.Errorf("reading Route 53 Record (%s): %s", d.Id(), err)
	}
	if found == nil {
		return nil
	}
	err = send(ctx, client, d, func(string) {}, types.Change{Action: types.ChangeActionDelete, ResourceRecordSet: found})
	var refused *types.InvalidChangeBatch
	if err != nil && !errors.As(err, &refused) {
		return diag.Errorf("deleting Route53 Record (%s): %s", d.Id(), err)
	}
	return nil
}

// importRecord takes an id apart: ZONE_name_TYPE or ZONE_name_TYPE_set. Names and set identifiers may contain underscores,
// so the first part behind a name that is a type is the type; the name of an apex may be empty.
func importRecord(_ context.Context, d *schema.ResourceData, _ any) ([]*schema.ResourceData, error) {
	parts := strings.Split(d.Id(), "_")
	at := slices.IndexFunc(parts, func(part string) bool { return slices.Contains(recordTypes, part) })
	if at < 2 || parts[0] == "" {
		return nil, fmt.Errorf("unexpected format of ID (%q), expected ZONEID_RECORDNAME_TYPE_SET-IDENTIFIER (e.g. Z4KAPRWWNC7JR_dev.example.com_NS_dev), where SET-IDENTIFIER is optional", d.Id())
	}
	values := map[string]string{
		"zone_id": parts[0],
		"name":    strings.TrimSuffix(strings.Join(parts[1:at], "_"), "."),
		"type":    parts[at],
	}
	if set := strings.Join(parts[at+1:], "_"); set != "" {
		values["set_identifier"] = set
	}
	for name, value := range values {
		if err := d.Set(name, value); err != nil {
			return nil, err
		}
	}
	return []*schema.ResourceData{d}, nil
}
