import * as z from 'zod';

/**
 * Bodies of disks and virtual machines as clients send them. What the engine does not act on but clients read back is
 * named here too; everything else is dropped, as ARM ignores it.
 */

const tags = z.record(z.string(), z.string()).optional();
const osType = z.enum(['Windows', 'Linux']).optional();

/** Members that are kept and answered as they were given. */
export const members = z.record(z.string(), z.json());
export type Members = z.infer<typeof members>;

const sourceVault = z.object({ id: z.string().optional() }).optional();

/** Where the key of a disk's encrypted content is: on this computer, `file:` URLs. */
export const encryptionSettings = z.object({
  diskEncryptionKey: z.object({ secretUrl: z.string(), sourceVault }).optional(),
  keyEncryptionKey: z.object({ keyUrl: z.string(), sourceVault }).optional(),
});
export type EncryptionSettings = z.infer<typeof encryptionSettings>;

export const diskRequest = z.object({
  location: z.string().min(1),
  tags,
  sku: z.object({ name: z.string() }).optional(),
  zones: z.array(z.string()).optional(),
  properties: z.object({
    osType,
    hyperVGeneration: z.enum(['V1', 'V2']).optional(),
    creationData: z.object({ createOption: z.string(), sourceUri: z.string().optional() }),
    encryptionSettingsCollection: z
      .object({ enabled: z.boolean(), encryptionSettings: z.array(encryptionSettings).optional() })
      .optional(),
  }),
});

const attachedDisk = z.object({
  name: z.string().optional(),
  createOption: z.string().optional(),
  caching: z.string().optional(),
  deleteOption: z.string().optional(),
  writeAcceleratorEnabled: z.boolean().optional(),
  managedDisk: z.object({ id: z.string().optional() }).optional(),
  vhd: z.object({ uri: z.string() }).optional(),
});
const osDisk = attachedDisk.extend({
  osType,
  encryptionSettings: encryptionSettings.extend({ enabled: z.boolean().optional() }).optional(),
});
const dataDisk = attachedDisk.extend({ lun: z.number().int().min(0).max(63) });
export type AttachedDisk = z.infer<typeof attachedDisk>;

/** Passwords and what runs inside the guest never come back from ARM either. */
const osProfile = members.transform(({ adminPassword: _password, customData: _data, ...rest }) => {
  const windows = members.safeParse(rest.windowsConfiguration);
  if (!windows.success) return rest;
  const { additionalUnattendContent: _content, ...windowsConfiguration } = windows.data;
  return { ...rest, windowsConfiguration };
});

/** What of a machine is only kept. */
const declaredProperties = z.object({
  hardwareProfile: members.and(z.object({ vmSize: z.string().optional() })).optional(),
  osProfile: osProfile.optional(),
  networkProfile: members.optional(),
  securityProfile: members.optional(),
  diagnosticsProfile: members.optional(),
  additionalCapabilities: members.optional(),
  scheduledEventsProfile: members.optional(),
  applicationProfile: members.optional(),
  billingProfile: members.optional(),
  capacityReservation: members.optional(),
  availabilitySet: members.optional(),
  virtualMachineScaleSet: members.optional(),
  proximityPlacementGroup: members.optional(),
  host: members.optional(),
  hostGroup: members.optional(),
  priority: z.string().optional(),
  evictionPolicy: z.string().optional(),
  licenseType: z.string().optional(),
  extensionsTimeBudget: z.string().optional(),
  platformFaultDomain: z.number().optional(),
});

const declaredResource = z.object({
  zones: z.array(z.string()).optional(),
  plan: members.optional(),
  identity: members.optional(),
  extendedLocation: members.optional(),
});

export const machineRequest = declaredResource.extend({
  location: z.string().min(1),
  tags,
  properties: declaredProperties.extend({
    storageProfile: z.object({
      imageReference: members.optional(),
      diskControllerType: z.string().optional(),
      osDisk,
      dataDisks: z.array(dataDisk).optional(),
    }),
    /** The cloud service of a classic machine. */
    domainName: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
  }),
});
export type MachineRequest = z.infer<typeof machineRequest>;

/** `PATCH` changes what it names. */
export const tagsRequest = z.object({ tags });

/** What a machine's `PUT` said beyond what this engine acts on, as it is kept and answered. */
export const declaredMachine = z.object({
  resource: z.object({ zones: z.array(z.string()).optional() }).catchall(z.json()),
  properties: z.object({ hardwareProfile: members.optional(), osProfile: members.optional() }).catchall(z.json()),
  storage: members,
  /** `createOption`, `caching` and the like by the lower-cased id of the disk. */
  disks: z.record(z.string(), members),
});
export type DeclaredMachine = z.infer<typeof declaredMachine>;

/** Splits a machine's body into what is only kept. @param diskIds the OS disk's first, then the data disks' in order */
export function declaredOf(body: MachineRequest, diskIds: readonly string[]): DeclaredMachine {
  const { location: _location, tags: _tags, properties, ...resource } = body;
  const { storageProfile, domainName: _domainName, ...kept } = properties;
  const { osDisk: os, dataDisks = [], ...storage } = storageProfile;
  const disks = [os, ...dataDisks].map((disk, i): [string, Members] => {
    const { createOption, caching, deleteOption, writeAcceleratorEnabled } = disk;
    return [diskIds[i]?.toLowerCase() ?? '', given({ createOption, caching, deleteOption, writeAcceleratorEnabled })];
  });
  return {
    resource: given(resource),
    properties: given(kept),
    storage: given(storage),
    disks: Object.fromEntries(disks),
  };
}

/** Without the members that have no value. */
function given(value: object): Members {
  return members.parse(Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)));
}
