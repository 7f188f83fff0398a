import { describe, expect, it } from "vitest";
import { WORKBOOK_SECTIONS } from "../../../constructs/observability/operations-workbook";
import { RUNBOOKS, unbalanced, WORKSPACE_ID, workbookOf } from "../../support/operations-fixture";

describe("OperationsWorkbook", () => {
  const { data_json, display_name, name } = workbookOf("Operations of test");
  const { items, fallbackResourceIds } = JSON.parse(data_json);

  it("has an id that follows from the title alone", () => {
    expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(workbookOf("Operations of test")).toEqual({
      ...workbookOf("Operations of test"),
      name,
      data_json,
      display_name,
    });
    expect(workbookOf("Operations of another").name).not.toBe(name);
  });

  it("shows each section's sentence and link above its query", () => {
    const [range, ...rest] = items;
    const parameter = range.content.parameters[0].name;
    expect(rest).toHaveLength(2 * WORKBOOK_SECTIONS.length);
    WORKBOOK_SECTIONS.forEach(({ lookFor, query, runbook, title }, index) => {
      const [text, table] = rest.slice(2 * index, 2 * index + 2);
      expect(text.content.json).toBe(`## ${title}\n${lookFor} [Runbook](${RUNBOOKS}/${runbook}.md)`);
      expect(table.content).toMatchObject({
        query,
        timeContextFromParameter: parameter,
        crossComponentResources: [WORKSPACE_ID],
      });
    });
    expect(fallbackResourceIds).toEqual([WORKSPACE_ID]);
    expect(new Set(items.map((item: { name: string }) => item.name)).size).toBe(items.length);
  });

  it("asks within the chosen time, closes what it opens, and holds nothing that Terraform would take for a template", () => {
    for (const { query, title } of WORKBOOK_SECTIONS) {
      expect(query, title).not.toMatch(/ago\(|now\(|[$%]\{/);
      expect(unbalanced(query)).toBe("");
    }
  });
});
