import type { UserServiceState } from '../../src/client/service/userService';

/** The user service of tests: what it is asked for is noted and happens at once. */
export class FakeService {
  readonly calls: string[] = [];
  current: UserServiceState = {
    dataFolder: '/data',
    definition: '/home/ann/.config/systemd/user/vm-backup.service',
    installed: false,
  };
  /** Errors to throw, by method name. */
  readonly failing = new Map<string, Error>();

  readonly open = async (): Promise<this> => this;

  async state(): Promise<UserServiceState> {
    return this.current;
  }

  async install(): Promise<UserServiceState> {
    this.#called('install');
    const engine = { pid: 42, version: '0.1.0', service: true, runningJobs: 0, protectedItems: 1 };
    this.current = { ...this.current, installed: true, running: true, state: 'active (running)', engine };
    return this.current;
  }

  async remove(): Promise<UserServiceState> {
    this.#called('remove');
    const { dataFolder, definition } = this.current;
    this.current = { dataFolder, definition, installed: false };
    return this.current;
  }

  #called(name: string): void {
    this.calls.push(name);
    const error = this.failing.get(name);
    if (error) throw error;
  }
}
