import { expect, test } from "vitest";
import { importCommand } from "../../../../tools/cli/import";
import { ecsReport } from "../../../../tools/import/ecs/report";

test("a service's name without a cluster and without a file is refused, and not passed over", async () => {
  await expect(ecsReport("staging", "backend", { taskDefinition: "t.json", service: { name: "web" } })).rejects.toThrow(
    "--service web: needs --cluster, or a file that has it\n  next: npx mmrv import ecs --help",
  );
});

test("a service's file and AWS are not read both", async () => {
  const service = { file: "s.json", name: "web" };
  await expect(ecsReport("staging", "backend", { cluster: "main", service })).rejects.toThrow(
    "--cluster: AWS is asked, or files are read, not both",
  );
});

test("--service takes a file and, once more, the name in it", () => {
  const ecs = importCommand().commands.find((command) => command.name() === "ecs");
  ecs?.parseOptions(["--service", "/aws/services.json", "--service", "orders"]);
  expect(ecs?.opts()).toEqual({ service: { file: "/aws/services.json", name: "orders" } });
});
