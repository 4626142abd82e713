import { isAbsolute } from 'node:path';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../../domain/engineSettings';
import { appError } from '../../domain/errorCatalogue';
import { engineSettings } from '../../protocol/local';
import type { Catalog } from '../catalog/catalog';

const KEY = 'engineSettings';

/** What a person chose of how the engine works; it holds over restarts, and from the moment it is saved. */
export class EngineSettingsService {
  readonly #catalog: Catalog;
  readonly #changed: () => void;
  #current: EngineSettings;

  /** @param deps.changed called after each change */
  constructor(deps: { catalog: Catalog; changed: () => void }) {
    this.#catalog = deps.catalog;
    this.#changed = deps.changed;
    this.#current = read(deps.catalog.findSetting(KEY));
  }

  get current(): EngineSettings {
    return this.#current;
  }

  /** @throws AppError `LocalMachineFolderNotAbsolute` */
  save(settings: EngineSettings): void {
    for (const folder of settings.machineFolders) {
      if (!isAbsolute(folder)) throw appError('LocalMachineFolderNotAbsolute', { folder });
    }
    this.#catalog.putSetting(KEY, JSON.stringify(settings));
    this.#current = settings;
    this.#changed();
  }
}

/** What a later version kept and this one does not understand counts as not chosen. */
function read(text: string | undefined): EngineSettings {
  return (text !== undefined && engineSettings.safeParse(JSON.parse(text)).data) || DEFAULT_ENGINE_SETTINGS;
}
