/** The texts that the dressed Resource Graph answers: those of the product. */
export { GRAPH_QUERIES } from '../../../src/client/azure/graphQueries';
