import type { Location } from '../../domain/views';
import { FIRST_SITE } from '../../protocol/local';
import { t } from '../text';

/** What the engine calls the site that is always there. */
const ENGINE_NAME = 'This computer';

/** The name of a location or site for people. The engine names its first site in English; nobody else does. */
export function placeName({ name, displayName }: Pick<Location, 'name' | 'displayName'>): string {
  return name === FIRST_SITE && displayName === ENGINE_NAME ? t('This computer') : displayName;
}
