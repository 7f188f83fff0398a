import type { Fields } from "../fields";
import { App } from "../fields/amplify-app";
import { Branch } from "../fields/amplify-branch";
import { DomainAssociation } from "../fields/amplify-domain-association";
import { BuildSpec, CustomHttp, NextConfig, Redirects } from "../fields/amplify-files";

/** The fields of everything that an import of Amplify reads, by the name of the shape. */
export const AMPLIFY_TABLES: Readonly<Record<string, Fields>> = {
  "amplify.App": App,
  "amplify.Branch": Branch,
  "amplify.BuildSpec": BuildSpec,
  "amplify.CustomHttp": CustomHttp,
  "amplify.DomainAssociation": DomainAssociation,
  "amplify.NextConfig": NextConfig,
  "amplify.Redirects": Redirects,
};
