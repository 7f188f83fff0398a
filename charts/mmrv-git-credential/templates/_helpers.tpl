{{/* Name, namespace and labels of an object. Takes root, name. */}}
{{- define "credential.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "credential.podLabels" .root | nindent 2 }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  environment: {{ .root.Values.environment }}
{{- end -}}

{{/* The labels of the pod, which its Deployment selects it by and so can never change. */}}
{{- define "credential.podLabels" -}}
app.kubernetes.io/name: {{ .Release.Name }}
app.kubernetes.io/part-of: mmrv
{{- end -}}

{{/* What the driver fetches from the vault, and the Secret that it makes of it. */}}
{{- define "credential.secretProviderClassSpec" -}}
provider: azure
parameters:
  clientID: {{ .Values.identity.clientId | quote }}
  keyvaultName: {{ .Values.vault.name | quote }}
  tenantId: {{ .Values.vault.tenantId | quote }}
  objects: |
    array:
      {{- range .Values.secret.keys }}
      - |
        objectName: {{ . | quote }}
        objectType: secret
      {{- end }}
secretObjects:
  - secretName: {{ .Values.secret.name }}
    type: Opaque
    data:
      {{- range $key, $name := .Values.secret.keys }}
      - { objectName: {{ $name | quote }}, key: {{ $key }} }
      {{- end }}
{{- end -}}

{{/*
What keeps the pod up: an Envoy, which nodes have for the gateway anyway, so that there is neither an image nor a registry more.
It answers nothing to nobody, on a port by which the kubelet sees that it lives.
*/}}
{{- define "credential.bootstrap" -}}
{{- $socket := dict "socket_address" (dict "address" "0.0.0.0" "port_value" 8080) -}}
{{- $filter := dict "name" "nothing" "typed_config" (dict "@type" "type.googleapis.com/envoy.extensions.filters.network.direct_response.v3.Config") -}}
{{- $listener := dict "name" "kubelet" "address" $socket "filter_chains" (list (dict "filters" (list $filter))) -}}
{{- dict "static_resources" (dict "listeners" (list $listener)) | toJson -}}
{{- end -}}
