export { given, type ExpectedDocument, type GivenDocuments, type ProjectedEvent } from './given';
