/** Failures of disks, their images and the machines that have them, on this computer. Each says what failed, on what, and what to do next. */
export const MACHINE_ERRORS = {
  LocalDiskNotFound: {
    httpStatus: 400,
    title: 'Disk image not found',
    message: 'There is no file {path}.',
    recommendation: 'Check the path, or connect the drive that holds the disk image, then try again.',
  },
  LocalDiskIsDirectory: {
    httpStatus: 400,
    title: 'Disk image is a folder',
    message: '{path} is a folder, not a disk image.',
    recommendation: 'Choose the disk image inside the folder.',
  },
  LocalDiskNotAFile: {
    httpStatus: 400,
    title: 'Not a regular file',
    message: '{path} is not a regular file.',
    recommendation: 'Choose a disk image file.',
  },
  LocalDiskEmpty: {
    httpStatus: 400,
    title: 'Disk image is empty',
    message: '{path} is empty: it has no bytes to back up.',
    recommendation: 'Choose a disk image that has content.',
  },
  LocalDiskNotReadable: {
    httpStatus: 400,
    title: 'Disk image not readable',
    message: '{path} cannot be read: {reason}',
    recommendation: 'Give your user the right to read the file, then try again.',
  },
  LocalDiskNotAbsolute: {
    httpStatus: 400,
    title: 'Path not absolute',
    message: '{path} is not an absolute path.',
    recommendation: 'Give the whole path of the disk image, from the root of the file system.',
  },
  LocalMachineFolderNotAbsolute: {
    httpStatus: 400,
    title: 'Path not absolute',
    message: 'The folder {folder} of disk images is not an absolute path.',
    recommendation:
      'Give the whole path of the folder in vmbackup.local.machineFolders, from the root of the file system.',
  },
  LocalMachineFolderNotReadable: {
    httpStatus: 400,
    title: 'Folder not readable',
    message: 'The folder {folder} cannot be looked in for disk images: {reason}',
    recommendation: 'Give your user the right to read it, or take it out of vmbackup.local.machineFolders.',
  },
  LocalDiskFormatUnknown: {
    httpStatus: 400,
    title: 'Disk format not supported',
    message: '{path} is in a format that cannot be read here: {reason}',
    recommendation: 'Convert the disk image to one of these formats: {supported}.',
  },
  LocalImageInUse: {
    httpStatus: 409,
    title: 'Disk image is in use',
    message: '{path} belongs to the disk {disk} already.',
    recommendation: 'Choose another disk image, or remove the machine that has the disk {disk} first.',
  },
  LocalSecretNotReadable: {
    httpStatus: 400,
    title: 'Key file not readable',
    message: 'The key file {path} cannot be used: {reason}',
    recommendation: 'Name a small file by its absolute path (file:///…) that your user may read.',
  },
  LocalEncryptedNotSupported: {
    httpStatus: 400,
    title: 'Not possible for encrypted machines',
    message:
      '{feature} is not supported for encrypted machines: there is no file-level restore and no replacing of disks.',
    recommendation: 'Restore the disks; their keys are written beside them.',
  },
  LocalMachineHasNoDisk: {
    httpStatus: 400,
    title: 'No disk',
    message: 'The machine {vm} has no disk to back up.',
    recommendation: 'Add the machine with at least one disk image.',
  },
  LocalDiskAttached: {
    httpStatus: 409,
    title: 'Disk is in use',
    message: 'The disk {disk} is attached to the machine {vm}.',
    recommendation: 'Remove the machine {vm} first, or choose another disk.',
  },
  LocalMachineRunning: {
    httpStatus: 409,
    title: 'Machine is running',
    message: '{vm} is running; add it through QEMU or libvirt, or stop it.',
    recommendation: 'Stop {vm}, then back it up again.',
  },
  LocalSourceChanged: {
    httpStatus: 409,
    title: 'Disk changed while it was read',
    message: '{path} changed while it was read, so its backup would show no single moment.',
    recommendation: 'If {vm} is running, add it through QEMU or libvirt, or stop it. Then back it up again.',
  },
  LocalSourceShrank: {
    httpStatus: 409,
    title: 'Disk became smaller while it was read',
    message: '{path} became smaller while it was read.',
    recommendation: 'Let the program that changes the file finish, then back up {vm} again.',
  },
  LocalVmInOtherLocation: {
    httpStatus: 400,
    title: 'Other location',
    message:
      'The VM should be in the same location as that of the Recovery Services vault to enable protection: {vm} is in {vmLocation}, the vault in {vaultLocation}.',
    recommendation: 'Choose or create a vault in {vmLocation}.',
  },
} as const;
