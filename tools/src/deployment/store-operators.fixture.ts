import type { IAffinity } from 'kubernetes-models/v1/Affinity';
import type { IPod } from 'kubernetes-models/v1/Pod';
import type { IPersistentVolumeClaimTemplate } from 'kubernetes-models/v1/PersistentVolumeClaimTemplate';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IResourceRequirements } from 'kubernetes-models/v1/ResourceRequirements';

// No package has types or schemas of these operators' objects. So these are the fields that the manifests use, and no
// others. They were compared with the CustomResourceDefinitions of CloudNativePG 1.30, of the RabbitMQ cluster operator
// 2.22 and of MongoDB Controllers for Kubernetes 1.10.

interface Named {
  readonly name: string;
}

interface CustomResource<ApiVersion extends string, Kind extends string, Spec> {
  readonly apiVersion: ApiVersion;
  readonly kind: Kind;
  readonly metadata: NonNullable<IPod['metadata']>;
  readonly spec: Spec;
}

/** A PostgreSQL cluster of CloudNativePG. */
export type ICluster = CustomResource<
  'postgresql.cnpg.io/v1',
  'Cluster',
  {
    readonly instances: number;
    readonly imageName?: string;
    readonly enableSuperuserAccess?: boolean;
    readonly bootstrap?: {
      readonly initdb: { readonly database: string; readonly owner: string; readonly secret?: Named };
    };
    readonly managed?: {
      readonly roles: readonly {
        readonly name: string;
        readonly login?: boolean;
        readonly createrole?: boolean;
        readonly inRoles?: readonly string[];
        readonly passwordSecret?: Named;
      }[];
    };
    readonly postgresql?: {
      readonly parameters?: Readonly<Record<string, string>>;
      readonly synchronous?: {
        readonly method: 'any' | 'first';
        readonly number: number;
        readonly dataDurability?: 'required' | 'preferred';
        readonly failoverQuorum?: boolean;
      };
    };
    readonly affinity?: { readonly topologyKey?: string };
    readonly storage?: { readonly size: string; readonly storageClass?: string };
    readonly walStorage?: { readonly size: string; readonly storageClass?: string };
    readonly resources?: IResourceRequirements;
    readonly backup?: { readonly volumeSnapshot: { readonly className: string } };
  }
>;

/** Regular backups of such a cluster. */
export type IScheduledBackup = CustomResource<
  'postgresql.cnpg.io/v1',
  'ScheduledBackup',
  {
    readonly schedule: string;
    readonly cluster: Named;
    readonly method?: 'barmanObjectStore' | 'volumeSnapshot' | 'plugin';
    readonly backupOwnerReference?: 'none' | 'self' | 'cluster';
  }
>;

/** A cluster of the RabbitMQ cluster operator. */
export type IRabbitmqCluster = CustomResource<
  'rabbitmq.com/v1beta1',
  'RabbitmqCluster',
  {
    readonly replicas?: number;
    readonly image?: string;
    readonly persistence?: { readonly storage: string; readonly storageClassName?: string };
    readonly resources?: IResourceRequirements;
    readonly rabbitmq?: { readonly additionalConfig?: string };
    readonly affinity?: IAffinity;
  }
>;

/** A replica set of MongoDB Controllers for Kubernetes. */
export type IMongoDBCommunity = CustomResource<
  'mongodbcommunity.mongodb.com/v1',
  'MongoDBCommunity',
  {
    readonly type: 'ReplicaSet';
    readonly members?: number;
    readonly version?: string;
    readonly security: {
      readonly authentication: {
        readonly modes: readonly ('SCRAM' | 'SCRAM-SHA-256' | 'SCRAM-SHA-1' | 'X509')[];
      };
    };
    readonly users: readonly {
      readonly name: string;
      readonly db?: string;
      readonly passwordSecretRef?: Named;
      readonly scramCredentialsSecretName?: string;
      readonly roles: readonly { readonly name: string; readonly db: string }[];
    }[];
    readonly additionalMongodConfig?: Readonly<Record<string, unknown>>;
    readonly statefulSet?: {
      readonly spec: {
        readonly template?: { readonly spec?: IPodSpec };
        readonly volumeClaimTemplates?: readonly IPersistentVolumeClaimTemplate[];
      };
    };
  }
>;
