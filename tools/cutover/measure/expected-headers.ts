/** Headers that differ between two good sides, each with why; all others are compared. */
export const EXPECTED_TO_DIFFER: readonly { readonly name: RegExp; readonly why: string }[] = [
  { name: /^date$/, why: "the moment of the answer" },
  { name: /^age$/, why: "how long CloudFront has kept the answer; nothing keeps one here" },
  { name: /^(server|via)$/, why: "which product answered, or passed the answer on" },
  { name: /^x-amz(n|-)?/, why: "AWS's own: ids of a request, the place of CloudFront that answered" },
  { name: /^x-cache$/, why: "whether CloudFront had it" },
  { name: /^x-envoy-/, why: "Envoy's own, such as how long the application took" },
  { name: /^x-request-id$/, why: "an id of this request" },
  { name: /^server-timing$/, why: "how long parts of this answer took" },
  { name: /^(etag|last-modified)$/, why: "made from the build's files and their times, which two builds do not share" },
  { name: /^alt-svc$/, why: "offers HTTP/3, which CloudFront has and the gateway has not" },
  {
    name: /^(connection|keep-alive|transfer-encoding|content-length)$/,
    why: "how the bytes travel over this connection, not what they are",
  },
];

export const isExpectedToDiffer = (header: string): boolean => EXPECTED_TO_DIFFER.some(({ name }) => name.test(header));
