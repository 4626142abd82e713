import { armJobId } from '../../protocol/ids';
import type { Target } from '../model/target';

/** The ARM id of what a row stands for, if it stands for one resource. */
export function idOf(target: Target | undefined): string | undefined {
  switch (target?.kind) {
    case 'machine':
      return target.machineId;
    case 'disk':
      return target.diskId;
    case 'point':
      return target.pointId;
    case 'vault':
      return target.vaultId;
    case 'policy':
      return target.policyId;
    case 'subscription':
      return `/subscriptions/${target.subscriptionId}`;
    case 'job':
      return armJobId(target.jobId);
    default:
      return undefined;
  }
}
