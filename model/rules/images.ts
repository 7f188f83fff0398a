import type { Environment } from "../environment";
import { type Issue, issue } from "./issue";

/** A pipeline pushes to ECR what it builds, and where it builds. */
export function pushToNoRepository({ aws, images }: Environment): Issue[] {
  if (aws.imagePush === "none") return [];
  return [
    ...(images.from === "promotion"
      ? [
          issue("aws.imagePush", aws.imagePush, "must be none with images.from promotion (no pipeline builds here)", [
            "images.from",
          ]),
        ]
      : []),
    ...(Object.keys(aws.ecr).length === 0
      ? [
          issue(
            "aws.imagePush",
            aws.imagePush,
            "must be none, or aws.ecr must name a repository (there is nothing to push to)",
            ["aws.ecr"],
          ),
        ]
      : []),
  ];
}
