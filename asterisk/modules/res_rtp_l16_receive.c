/*
 * Lets a UnicastRTP channel (ARI's ExternalMedia) hear what it can speak.
 *
 * Asterisk sends slin16 as RTP payload type 118, but drops what comes back with that number: without an SDP nobody tells
 * it what a dynamic number means, and ast_rtp_codecs_get_payload() falls back to its static table for numbers up to 34
 * only (main/rtp_engine.c of 22.10). So "slin16" is one-way, in silence. This module stands in front of chan_rtp and
 * enters, for each new channel, the number that Asterisk sends with as one that it understands.
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_rtp_l16_receive"
#define AST_MODULE_SELF_SYM __internal_res_rtp_l16_receive_self

#include <asterisk.h>
#include <asterisk/channel.h>
#include <asterisk/format.h>
#include <asterisk/format_cap.h>
#include <asterisk/module.h>
#include <asterisk/rtp_engine.h>

static const struct ast_channel_tech *original;

static void understand_own_payload(struct ast_channel *chan)
{
	struct ast_rtp_instance *rtp = ast_channel_tech_pvt(chan);
	struct ast_rtp_codecs *codecs = ast_rtp_instance_get_codecs(rtp);
	struct ast_format *format = ast_channel_rawreadformat(chan);
	int payload = ast_rtp_codecs_payload_code_tx(codecs, 1, format, 0);

	if (payload < AST_RTP_PT_FIRST_DYNAMIC) {
		return;
	}
	if (ast_rtp_codecs_payload_set_rx(codecs, payload, format) != payload) {
		ast_log(LOG_ERROR, "%s: cannot receive %s as RTP payload type %d\n",
			ast_channel_name(chan), ast_format_get_name(format), payload);
	}
}

static struct ast_channel *request(const char *type, struct ast_format_cap *cap,
	const struct ast_assigned_ids *ids, const struct ast_channel *requestor, const char *address, int *cause)
{
	struct ast_channel *chan = original->requester(type, cap, ids, requestor, address, cause);

	if (chan) {
		ast_channel_lock(chan);
		understand_own_payload(chan);
		ast_channel_unlock(chan);
	}
	return chan;
}

/* Only what is asked of a driver before it has made a channel: the channels themselves stay chan_rtp's own. */
static struct ast_channel_tech ours = {
	.type = "UnicastRTP",
	.description = "Unicast RTP Media Channel Driver, hearing dynamic payload types",
	.requester = request,
};

static int load_module(void)
{
	original = ast_get_channel_tech(ours.type);
	if (!original) {
		ast_log(LOG_ERROR, "chan_rtp has not registered %s\n", ours.type);
		return AST_MODULE_LOAD_DECLINE;
	}
	ours.capabilities = original->capabilities;
	ast_channel_unregister(original);
	if (ast_channel_register(&ours)) {
		ast_channel_register(original);
		return AST_MODULE_LOAD_DECLINE;
	}
	return AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	ast_channel_unregister(&ours);
	return ast_channel_register(original);
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Receive dynamic RTP payload types on UnicastRTP",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_CHANNEL_DRIVER + 1,
	.requires = "chan_rtp",
);
