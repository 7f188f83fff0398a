import type { Environment } from "../environment";
import { type Fault, fault } from "./fault";

/** A pipeline pushes to ECR what it builds, and where it builds. */
export function pushToNoRepository({ aws, images }: Environment): Fault[] {
  if (aws.imagePush === "none") return [];
  return [
    ...(images.from === "promotion"
      ? [
          fault("aws.imagePush", aws.imagePush, "must be none with images.from promotion (no pipeline builds here)", [
            "images.from",
          ]),
        ]
      : []),
    ...(aws.ecr.backend === undefined && aws.ecr.frontend === undefined
      ? [
          fault(
            "aws.imagePush",
            aws.imagePush,
            "must be none, or aws.ecr must name a repository (there is nothing to push to)",
            ["aws.ecr"],
          ),
        ]
      : []),
  ];
}
