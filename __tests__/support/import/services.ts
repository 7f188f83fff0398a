import type { Answer, EcsAnswers } from "../../../tools/import/ecs/answers";
import { importEcs } from "../../../tools/import/ecs/import-ecs";
import type { Report } from "../../../tools/import/report";
import { corpus as ofServices, corpusText as textOfServices } from "../import-service";
import type { Answers } from "./answers";
import { applicationOf, corpusText, environment } from "./ecs";

type Given = Partial<Omit<EcsAnswers, "taskDefinition">>;

const NOTHING = {
  ...{ targetGroup: [], loadBalancer: [], rules: [], scaling: [], schedules: [], rolePolicies: [], alarms: [] },
  ...{ logGroups: [], envFiles: new Map<string, string>(), known: new Map() },
};

/** A file of the services' corpus, as it is. */
export const given = (file: string): Answer => ({ file, content: ofServices(file) });

/** The same with its text changed first: it is another service's, or it is not JSON. */
export const adapted = (file: string, change: (text: string) => string): Answer => ({
  file,
  content: JSON.parse(change(textOfServices(file))),
});

/** A task definition of the corpus with what is around it. @param name the service's, where the answer has several */
export const importService = (task: string, around: Given, answers: Answers, name?: string): Report =>
  importEcs(
    { ...NOTHING, ...around, taskDefinition: { file: task, content: JSON.parse(corpusText(task)) } },
    { environment, application: applicationOf(task), answers: new Map(Object.entries(answers)), service: name },
  );
