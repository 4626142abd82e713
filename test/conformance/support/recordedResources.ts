import { join } from 'node:path';
import * as z from 'zod';
import { readRecordings } from '../replay/corpus';
import { readExamples } from '../replay/examples';

/** A resource as a service answered it. */
const resource = z.object({ id: z.string(), properties: z.record(z.string(), z.unknown()) }).loose();
export type RecordedResource = z.infer<typeof resource>;

/** What one answer held: a list, or a resource alone. */
export interface RecordedAnswer {
  readonly kind: ResourceKind;
  readonly resources: readonly RecordedResource[];
  readonly alone: boolean;
}

export const KINDS = ['vault', 'item', 'job', 'policy', 'point', 'machine'] as const;
export type ResourceKind = (typeof KINDS)[number];

const ENDS: Readonly<Record<ResourceKind, RegExp>> = {
  vault: /\/providers\/Microsoft\.RecoveryServices\/vaults\/[^/]+$/i,
  item: /\/protectedItems\/[^/]+$/i,
  job: /\/backupJobs\/[^/]+$/i,
  policy: /\/backupPolicies\/[^/]+$/i,
  point: /\/recoveryPoints\/[^/]+$/i,
  machine: /\/providers\/Microsoft\.Compute\/virtualMachines\/[^/]+$/i,
};

/** The answers with resources that are shown, by the recording or group of examples that they are of. */
export function recordedAnswers(corpus: string): Map<string, RecordedAnswer[]> {
  const answers = new Map<string, RecordedAnswer[]>();
  const add = (name: string, body: unknown) => {
    const answer = answerIn(body);
    if (answer) answers.set(name, [...(answers.get(name) ?? []), answer]);
  };
  for (const { name, steps } of readRecordings(corpus)) {
    for (const { response } of steps) if (response.status < 300) add(name, response.body);
  }
  for (const { group, responses } of readExamples(join(corpus, 'examples'))) {
    for (const { body } of Object.values(responses)) add(`examples of ${group}`, body);
  }
  return answers;
}

function answerIn(body: unknown): RecordedAnswer | undefined {
  const list = z.object({ value: z.array(resource) }).safeParse(body);
  const one = resource.safeParse(body);
  const resources = list.success ? list.data.value : one.success ? [one.data] : [];
  const kind = KINDS.find((name) => resources.length > 0 && resources.every(({ id }) => ENDS[name].test(id)));
  return kind && { kind, resources, alone: !list.success };
}
