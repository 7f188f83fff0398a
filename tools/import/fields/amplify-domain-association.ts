import { below, drops, type Fields, reads } from "../fields";

const STATE = "how far Amplify got with the domain";
const PREVIEWS = "names of branches that Amplify makes by itself are previews, and there are none here";

/** DomainAssociation of Amplify, as list-domain-associations and get-domain-association answer. */
export const DomainAssociation: Fields = {
  domainAssociationArn: drops("names the association on Amplify, and nothing of ours hangs on it"),
  domainName: reads("the domain of the hosts"),
  ...below("", ["autoSubDomainCreationPatterns[]", "autoSubDomainIAMRole", "enableAutoSubDomain"], drops(PREVIEWS)),
  ...below("", ["domainStatus", "statusReason", "updateStatus"], drops(STATE)),
  certificateVerificationDNSRecord: reads("what keeps the certificate on AWS alive"),
  ...below("subDomains[].", ["subDomainSetting.branchName", "subDomainSetting.prefix", "verified"], reads("a host")),
  "subDomains[].dnsRecord": drops("where the name leads today; the cutover moves it (docs/commands.md)"),
  "certificate.type": drops("certificates are issued anew here, for every host"),
  "certificate.customCertificateArn": drops("a certificate of ACM stays in AWS; ours are issued anew, for every host"),
  "certificate.certificateVerificationDNSRecord": reads("what keeps the certificate on AWS alive"),
};
