import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import {
  DEFAULT_ENGINE_SETTINGS,
  type EngineSettings,
  MOST_BANDWIDTH_MBPS,
  MOST_PARALLEL_JOBS,
} from '../domain/engineSettings';
import type { Prices } from '../domain/storageEstimate';
import { TIME_DISPLAYS, type TimeDisplay } from './model/timeDisplay';

const displays = z.enum(TIME_DISPLAYS);
const text = z.string().check(z.trim(), z.minLength(1));
const price = z.number().check(z.minimum(0));
const bandwidth = z.number().check(z.minimum(0), z.maximum(MOST_BANDWIDTH_MBPS));
const jobs = z.int().check(z.minimum(1), z.maximum(MOST_PARALLEL_JOBS));

/** A path of the settings, with `~/` for the person's own folder; `undefined` while nothing is written there. */
export function pathSetting(value: unknown): string | undefined {
  const { data } = text.safeParse(value);
  return data?.startsWith('~/') ? join(homedir(), data.slice(2)) : data;
}

/** On which clock times are shown. */
export function timeDisplay(value: unknown): TimeDisplay {
  return displays.safeParse(value).data ?? 'machine';
}

/** Prices of the settings; none is assumed where none is written, or something else than one. */
export function prices(setting: (name: string) => unknown): Prices {
  const perGB = price.safeParse(setting('cost.pricePerGBMonth')).data;
  const perInstance = price.safeParse(setting('cost.pricePerInstanceMonth')).data;
  return { ...(perGB === undefined ? {} : { perGB }), ...(perInstance === undefined ? {} : { perInstance }) };
}

/**
 * How the engine shall work, by what the settings say. What is out of range counts as not chosen: VS Code marks it in
 * the settings, and the engine refuses a folder that is not absolute with words of its own.
 */
export function engineSettings(setting: (name: string) => unknown): EngineSettings {
  const { maxParallelJobs, runMissedSchedules, bandwidthLimitMBps, machineFolders } = DEFAULT_ENGINE_SETTINGS;
  const folders = z.array(z.unknown()).safeParse(setting('local.machineFolders')).data ?? machineFolders;
  return {
    maxParallelJobs: jobs.safeParse(setting('local.maxParallelJobs')).data ?? maxParallelJobs,
    runMissedSchedules: z.boolean().safeParse(setting('local.runMissedSchedules')).data ?? runMissedSchedules,
    bandwidthLimitMBps: bandwidth.safeParse(setting('local.bandwidthLimitMBps')).data ?? bandwidthLimitMBps,
    machineFolders: Array.from(new Set(folders.flatMap((folder) => pathSetting(folder) ?? []))),
  };
}
