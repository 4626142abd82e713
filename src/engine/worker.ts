import { parentPort } from 'node:worker_threads';
import { openDisk } from './machines/openDisk';
import { openStorage } from './store/openStorage';
import { serveLanes } from './store/workerEntry';

// The entry of a worker thread (bundled to dist/engine-worker.js): the store does the work, the machines give the disks.
if (parentPort !== null) serveLanes(parentPort, { openDisk, openStorage });
