export { createProject, type CreatedProject, type CreateProjectOptions } from './create-project';
