import type { MessagePort } from 'node:worker_threads';
import { toErrorMessage } from './errors';
import { LaneSession, type LaneTools } from './laneSession';
import type { PackContent } from './packDirectory';
import type { FromWorker, Lane, LaneAnswer, LaneCall, LaneHost, ToWorker } from './workerProtocol';

/** Answers the messages of a {@link WorkerPool} for as long as the thread lives. */
export function serveLanes(port: MessagePort, tools: LaneTools): void {
  const lanes = new Map<number, ServedLane>();
  const post = (message: FromWorker): void => port.postMessage(message);

  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'open': {
        const host = new RemoteHost(message.lane, post);
        lanes.set(message.lane, { host, session: new LaneSession(message.setup, host, tools) });
        break;
      }
      case 'claimed':
        lanes.get(message.lane)?.host.answer(message.claim, message.flags);
        break;
      case 'call':
        void answerCall(lanes, message, post);
        break;
    }
  });
}

interface ServedLane {
  readonly session: Lane;
  readonly host: RemoteHost;
}

async function answerCall(
  lanes: Map<number, ServedLane>,
  message: ToWorker & { readonly kind: 'call' },
  post: (message: FromWorker) => void,
): Promise<void> {
  const { lane, call } = message;
  try {
    const session = lanes.get(lane)?.session;
    if (session === undefined) throw new Error('There is no such lane.');
    const answer = await run(session, message.work);
    if (answer.method === 'close') lanes.delete(lane);
    post({ kind: 'answer', lane, call, answer });
  } catch (error) {
    post({ kind: 'failed', lane, call, error: toErrorMessage(error) });
  }
}

async function run(lane: Lane, work: LaneCall): Promise<LaneAnswer> {
  const { method } = work;
  switch (method) {
    case 'segment':
      return { method, value: await lane.segment(work.task) };
    case 'restore':
      return { method, value: await lane.restore(work.task) };
    case 'verify':
      return { method, value: await lane.verify(work.task) };
    case 'flush':
      await lane.flush();
      return { method };
    default:
      await lane.close();
      return { method };
  }
}

class RemoteHost implements LaneHost {
  private readonly waiting = new Map<number, (flags: Uint8Array) => void>();
  private claims = 0;

  constructor(
    private readonly lane: number,
    private readonly post: (message: FromWorker) => void,
  ) {}

  async claim(ids: Uint8Array): Promise<Uint8Array> {
    this.claims += 1;
    const claim = this.claims;
    return new Promise((resolve) => {
      this.waiting.set(claim, resolve);
      this.post({ kind: 'claim', lane: this.lane, claim, ids });
    });
  }

  packWritten(pack: PackContent): void {
    this.post({ kind: 'pack', lane: this.lane, pack });
  }

  answer(claim: number, flags: Uint8Array): void {
    this.waiting.get(claim)?.(flags);
    this.waiting.delete(claim);
  }
}
