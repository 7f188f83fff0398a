package main

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/hashicorp/go-cty/cty"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// planned is the record set that the configuration asks for.
func planned(d *schema.ResourceData, zone string) *types.ResourceRecordSet {
	return recordSet(zone, d.Get, d.GetRawPlan())
}

// inState is the record set as the state has it, which is what a DELETE must repeat value by value.
func inState(d *schema.ResourceData, zone string) *types.ResourceRecordSet {
	return recordSet(zone, func(name string) any { before, _ := d.GetChange(name); return before }, d.GetRawState())
}

// recordSet reads all fields through get, but for the TTL: only the raw values tell 0 from none.
func recordSet(zone string, get func(string) any, raw cty.Value) *types.ResourceRecordSet {
	set := &types.ResourceRecordSet{
		Name:          aws.String(fullName(get("name").(string), zone)),
		Type:          types.RRType(get("type").(string)),
		SetIdentifier: present(get("set_identifier").(string)),
		HealthCheckId: present(get("health_check_id").(string)),
	}
	if records := get("records").(*schema.Set).List(); len(records) > 0 {
		for _, value := range records {
			set.ResourceRecords = append(set.ResourceRecords, types.ResourceRecord{Value: aws.String(value.(string))})
		}
		if ttl := raw.GetAttr("ttl"); ttl.IsKnown() && !ttl.IsNull() {
			seconds, _ := ttl.AsBigFloat().Int64()
			set.TTL = aws.Int64(seconds)
		}
	}
	if alias, ok := block(get("alias")); ok {
		set.AliasTarget = &types.AliasTarget{
			DNSName:              aws.String(alias["name"].(string)),
			HostedZoneId:         aws.String(alias["zone_id"].(string)),
			EvaluateTargetHealth: alias["evaluate_target_health"].(bool),
		}
	}
	if policy, ok := block(get("weighted_routing_policy")); ok {
		set.Weight = aws.Int64(int64(policy["weight"].(int)))
	}
	return set
}

// block is the one block of a list that has at most one.
func block(list any) (map[string]any, bool) {
	blocks := list.([]any)
	if len(blocks) == 0 || blocks[0] == nil {
		return nil, false
	}
	return blocks[0].(map[string]any), true
}

func present(text string) *string {
	if text == "" {
		return nil
	}
	return aws.String(text)
}

func recordValues(set *types.ResourceRecordSet) []string {
	values := []string{}
	for _, one := range set.ResourceRecords {
		values = append(values, aws.ToString(one.Value))
	}
	return values
}

// withoutDot is a domain name in lower case without its last dot; "dualstack." in front of it stays.
func withoutDot(name string) string {
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// fullName completes a name by its zone's, unless it ends with that already; the apex may be empty.
func fullName(name, zone string) string {
	name, zone = withoutDot(name), withoutDot(zone)
	if strings.HasSuffix(name, zone) {
		return name
	}
	return strings.TrimPrefix(name+"."+zone, ".")
}

// storedName is a name as Route 53 gives it back: with its last dot, and the asterisk of a wildcard as octal code.
func storedName(name string) string {
	if rest, isWildcard := strings.CutPrefix(name, "*."); isWildcard {
		name = `\052.` + rest
	}
	return name + "."
}
