import type { ServiceDefinition } from './definition';

/** What runs services for the user's session: systemd, launchd or the Task Scheduler. */
export interface ServiceManager {
  /** What makes the service: the absolute path of its file, or the name of its task. */
  readonly definition: string;
  /** @throws AppError `ServiceManagerUnavailable` where it does not answer */
  check(): Promise<void>;
  /**
   * Has the service run from now on and after every log-in, in place of one that is there.
   * @throws AppError `ServiceCommandFailed`
   */
  install(service: ServiceDefinition): Promise<void>;
  /** Stops the service and forgets it; does nothing where there is none. @throws AppError `ServiceCommandFailed` */
  remove(): Promise<void>;
  /** @throws AppError `ServiceManagerUnavailable` where it does not answer and its answer is needed */
  status(): Promise<ServiceStatus>;
}

/** How a service is, as its manager says. */
export interface ServiceStatus {
  readonly installed: boolean;
  /** In the manager's own words, for example `active (running)`; `undefined` where there is nothing to tell. */
  readonly state?: string;
  /** Whether its process runs; `undefined` where the manager does not tell in words that a program can read. */
  readonly running?: boolean;
  /** Whether it goes on after the user has logged out, where that can be told. */
  readonly afterLogout?: boolean;
  /** The command that has it go on after log-out, where there is one and it does not. */
  readonly lingerBy?: string;
}
