import { AzureWorld } from '../guide/azureWorld';
import { walkGuide } from '../guide/walk';

walkGuide('a subscription of Azure', () => AzureWorld.open());
