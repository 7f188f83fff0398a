/**
 * Domains below which anybody's account, bucket or application has a name: a wildcard there lets data out to everyone. The
 * large clouds, and what lends names to whoever signs up.
 */
const SHARED_CLOUDS = [
  // AWS.
  ...["amazonaws.com", "amazonaws.com.cn", "api.aws", "on.aws", "amplifyapp.com", "awsapprunner.com", "cloudfront.net"],
  // Azure.
  ...["azure.com", "azure.net", "azurecontainerapps.io", "azurecr.io", "azureedge.net", "azurefd.net"],
  ...["azurestaticapps.net", "azurewebsites.net", "trafficmanager.net", "windows.net"],
  // Google.
  ...["appspot.com", "cloudfunctions.net", "firebaseapp.com", "firebaseio.com", "googleapis.com", "run.app", "web.app"],
  // Others.
  ...["cloudflarestorage.com", "digitaloceanspaces.com", "fly.dev", "github.io", "githubusercontent.com"],
  ...["herokuapp.com", "netlify.app", "ngrok.app", "ngrok.io", "pages.dev", "r2.dev", "vercel.app", "workers.dev"],
];

/**
 * The domain of those above that a host name is below; undefined for a name of somebody's own.
 * @param host may begin with *.
 */
export const sharedCloudOf = (host: string): string | undefined =>
  SHARED_CLOUDS.find((domain) => host.endsWith(`.${domain}`));
