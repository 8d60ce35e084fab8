export { ScriptedBroker, type PeerScript, type ScriptedBrokerOptions } from './amqp/scripted-broker';
export { faultScripts, type FaultScript } from './amqp/fault-scripts';
export type { ClientMethod } from './amqp/peer-channel';
export type { PeerSession } from './amqp/peer-session';
export { eventually, type EventuallyOptions } from '@tidemark/kernel/testing';
export { freePort } from './free-port';
export { heapInUse } from './heap-in-use';
export { canMakeBrokerUsers, deleteBrokerUsers, importBrokerDefinitions } from './isolation/broker-users';
export { createTestClock, type TestClock } from './isolation/create-test-clock';
export { createTestDatabase, type TestDatabase } from './isolation/create-test-database';
export { createTestMongo, type TestMongo } from './isolation/create-test-mongo';
export { createTestStorage, type TestStorage } from './isolation/create-test-storage';
export { createTestVhost, type TestVhost } from './isolation/create-test-vhost';
export { startTestRun, type StartedTestRun } from './isolation/start-test-run';
export { testName } from './isolation/test-name';
export { testReadStore } from './isolation/test-read-store';
export {
  hasTestServer,
  postgresAlone,
  testRun,
  testRunVariables,
  testServer,
  type TestRun,
} from './isolation/test-run';
export { issueToken, roles, type Role, type TokenClaims } from '@tidemark/local-token';
export { localAddressKey, localAuthKey, newAuthKey } from './auth/local-auth-key';
export { localMessageKeysFile, newMessageKeys } from './auth/message-keys';
export { checkoutRoot } from './checkout-root';
export { countCodeLines } from './count-code-lines';
export {
  AlreadyRunningError,
  InfrastructureUnavailableError,
  KeptServerMissingError,
  LockTimeoutError,
  MissingServerError,
  PortTakenError,
  StartFailedError,
  UnreachableUrlError,
} from './errors';
export {
  backingServices,
  type BackingService,
  type Choice,
  type Infrastructure,
  type WayName,
} from './infrastructure/infrastructure';
export { fetchStandIn as fetchMongodbStandIn } from './infrastructure/mongodb/fetch-stand-in';
export { chooseServers, type ChooseServersOptions, type ChosenServers } from './installation/choose-servers';
export {
  readInstallationRecord,
  removeInstallationRecord,
  writeInstallationRecord,
  type InstallationRecord,
  type SetUp,
} from './installation/installation-record';
export { startInfrastructure, type InfrastructureOptions } from './infrastructure/start-infrastructure';
export {
  claimInstallation,
  findInstallation,
  findInstallations,
  type InstallationClaim,
  type RunningInstallation,
} from './installation/claim-installation';
export {
  createInstallation,
  type InstallationOptions,
  type InstalledService,
  type Installation,
} from './installation/create-installation';
export {
  loginSettings,
  postgresUrlAs,
  serviceLogins,
  type ServiceLogin,
} from './installation/service-logins';
export { runTypescript, typescriptLoader } from './typescript/run-typescript';
export { workspaceFolders } from './workspace-folders';
export { defaultAdminPorts, defaultPorts, serviceNames, type ServiceName } from './installation/service-name';
export { brokerNames } from './storage/delete-prefix';
export { describeSchema } from './storage/describe-schema';
export { loseReadModels } from './storage/lose-read-models';
export { dropStorage, findStorage, provisionStorage } from './storage/named-storage';
export { resetStorage, type ResetOptions, type ResetOutcome } from './storage/reset-storage';
export type { Storage } from './storage/storage';
export { stopLastingServers } from './infrastructure/servers/stop-lasting-servers';
export { plansOf, type Plan, type PlanNode } from './plans/plans-of';
export { statementsOf } from './plans/statements-of';
export { createTcpProxy, type TcpProxy } from './tcp-proxy';
export { tapStatements } from './interleaving/statement-tap';
export { walkKills, type KilledWork } from './interleaving/walk-kills';
export type { Outcomes } from './interleaving/scene';
export {
  walkInterleavings,
  type Interleaving,
  type WalkOptions,
  type WalkReport,
} from './interleaving/walk-interleavings';
