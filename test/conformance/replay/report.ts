import type { ScenarioResult } from './replay';

export type Totals = Pick<ScenarioResult, 'replayed' | 'identical' | 'different' | 'outOfScope'>;

export function total(scenarios: readonly ScenarioResult[]): Totals {
  const sum = (count: (scenario: ScenarioResult) => number) => scenarios.reduce((found, one) => found + count(one), 0);
  return {
    replayed: sum((one) => one.replayed),
    identical: sum((one) => one.identical),
    different: sum((one) => one.different),
    outOfScope: sum((one) => one.outOfScope),
  };
}

/** The report for people: each scenario, each difference, the sum. */
export function writeReport(scenarios: readonly ScenarioResult[], write: (line: string) => void): void {
  for (const scenario of scenarios) {
    write(`${scenario.name}: ${inWords(scenario)}`);
    for (const { step, request, path, what } of scenario.differences)
      write(`  [${step}] ${request}\n      ${path}: ${what}`);
  }
  write(`total: ${inWords(total(scenarios))}`);
}

function inWords({ replayed, identical, different, outOfScope }: Totals): string {
  const share = replayed === 0 ? 100 : (identical / replayed) * 100;
  return `${replayed} replayed, ${identical} identical (${share.toFixed(1)} %), ${different} different, ${outOfScope} out of scope`;
}
