/*
 * Tells Prometheus until when the certificate is good that telephones and the trunk see by TLS:
 *
 *   parley_tls_certificate_expires_timestamp_seconds
 *
 * The entrypoint writes that beside the files which Asterisk reads, whenever it puts others there.
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_tls_metrics"
#define AST_MODULE_SELF_SYM __internal_res_tls_metrics_self

#include <asterisk.h>
#include <asterisk/module.h>
#include <asterisk/paths.h>
#include <asterisk/res_prometheus.h>

static const char NAME[] = "parley_tls_certificate_expires_timestamp_seconds";

static void tell(struct ast_str **output)
{
	char path[PATH_MAX];
	long long expires;
	FILE *file;

	snprintf(path, sizeof(path), "%s/tls/expires", ast_config_AST_CONFIG_DIR);
	file = fopen(path, "r");
	if (!file) {
		return;
	}
	if (fscanf(file, "%lld", &expires) == 1) {
		ast_str_append(output, 0, "# HELP %s When the certificate that is shown by TLS ends, Unix time\n", NAME);
		ast_str_append(output, 0, "# TYPE %s gauge\n", NAME);
		ast_str_append(output, 0, "%s %lld\n", NAME, expires);
	}
	fclose(file);
}

static struct prometheus_callback callback = { .name = "certificate", .callback_fn = tell };

static int load_module(void)
{
	return prometheus_callback_register(&callback) ? AST_MODULE_LOAD_DECLINE : AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	prometheus_callback_unregister(&callback);
	return 0;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Tell when the certificate ends",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_APP_DEPEND,
	.requires = "res_prometheus",
);
