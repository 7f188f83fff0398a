import { below, drops, type Fields, reads } from "../fields";

/** `aws route53 list-resource-record-sets`, of a zone that only the VPC sees. */
export const ResourceRecordSet: Fields = {
  Name: reads("whoever calls the application by it"),
  "ResourceRecords[].Value": reads("where it leads"),
  "AliasTarget.DNSName": reads("where it leads"),
  ...below(
    "",
    [
      ...["Type", "SetIdentifier", "Weight", "Region", "Failover", "MultiValueAnswer", "TTL", "HealthCheckId"],
      ...["TrafficPolicyInstanceId", "AliasTarget.HostedZoneId", "AliasTarget.EvaluateTargetHealth"],
      ...["GeoLocation.ContinentCode", "GeoLocation.CountryCode", "GeoLocation.SubdivisionCode"],
      ...["CidrRoutingConfig.CollectionId", "CidrRoutingConfig.LocationName"],
      ...["GeoProximityLocation.AWSRegion", "GeoProximityLocation.LocalZoneGroup", "GeoProximityLocation.Bias"],
      ...["GeoProximityLocation.Coordinates.Latitude", "GeoProximityLocation.Coordinates.Longitude"],
    ],
    drops("how AWS answers for the name, which nothing here changes"),
  ),
};
