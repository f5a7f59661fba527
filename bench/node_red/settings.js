// Node-RED without its editor: only the flow runs.
module.exports = {
  uiHost: "127.0.0.1",
  uiPort: process.env.PORT,
  httpAdminRoot: false,
  httpNodeRoot: "/",
  flowFile: process.env.FLOW_FILE,
  credentialSecret: false,
  functionExternalModules: false,
  externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpdate: false, allowUpload: false } },
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: "warn", metrics: false, audit: false } },
};
