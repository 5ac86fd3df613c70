/*
 * Refuses an offer or an answer that names a host where audio is to go, instead of asking DNS for it.
 *
 * SDP allows a name there (RFC 8866, 5.7), and Asterisk looks it up in the thread that reads the message. A name that
 * nobody answers for holds that thread for ten seconds, and as many INVITEs as there are threads all of SIP. Telephones
 * and trunks write addresses.
 *
 * Whoever registered first for a kind of media is asked first, and keeps the stream when it says yes. So this module is
 * loaded before res_pjsip_sdp_rtp, and hands everything on to it, which comes next in the list. To say "not mine" would
 * not do: Asterisk then declines the stream, whoever takes it after that.
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_pjsip_sdp_address"
#define AST_MODULE_SELF_SYM __internal_res_pjsip_sdp_address_self

#include "opaque_pjsip.h"

#include <asterisk.h>
#include <arpa/inet.h>
#include <asterisk/module.h>
#include <asterisk/res_pjsip.h>
#include <asterisk/res_pjsip_session.h>

/* Of pjproject, whose headers are in no package. */
int pjmedia_sdp_print(const pjmedia_sdp_session *sdp, char *buf, unsigned long size);

/* Bytes; a description that is longer is no telephone's. */
#define LONGEST 16384
#define REFUSED -1

static struct ast_sip_session_sdp_handler handler;

static struct ast_sip_session_sdp_handler *rtp(void)
{
	return AST_LIST_NEXT(&handler, next);
}

/* Of a line as "c=IN IP4 192.0.2.1", "/ttl" and more left out. */
static int is_address(const char *line)
{
	char host[INET6_ADDRSTRLEN], binary[sizeof(struct in6_addr)];

	return sscanf(line, "c=%*s %*s %45[^/ \r\n]", host) == 1
		&& (inet_pton(AF_INET, host, binary) == 1 || inet_pton(AF_INET6, host, binary) == 1);
}

static int has_addresses(struct ast_sip_session *session, const pjmedia_sdp_session *sdp)
{
	char *text = ast_malloc(LONGEST), *rest = text, *line;
	int length = text ? pjmedia_sdp_print(sdp, text, LONGEST - 1) : -1, good = length >= 0;

	if (good) {
		text[length] = '\0';
	}
	while (good && (line = strsep(&rest, "\n"))) {
		good = strncmp(line, "c=", 2) || is_address(line);
	}
	if (!good) {
		ast_log(LOG_NOTICE, "%s: refused, no address where audio is to go\n", ast_sip_session_get_name(session));
	}
	ast_free(text);
	return good;
}

static int negotiate(struct ast_sip_session *session, struct ast_sip_session_media *session_media,
	const pjmedia_sdp_session *sdp, int index, struct ast_stream *asterisk_stream)
{
	if (!rtp() || !has_addresses(session, sdp)) {
		return REFUSED;
	}
	return rtp()->negotiate_incoming_sdp_stream(session, session_media, sdp, index, asterisk_stream);
}

static int create(struct ast_sip_session *session, struct ast_sip_session_media *session_media,
	pjmedia_sdp_session *sdp, const pjmedia_sdp_session *remote, struct ast_stream *stream)
{
	return rtp()->create_outgoing_sdp_stream(session, session_media, sdp, remote, stream);
}

static int apply(struct ast_sip_session *session, struct ast_sip_session_media *session_media,
	const pjmedia_sdp_session *local, const pjmedia_sdp_session *remote, int index, struct ast_stream *asterisk_stream)
{
	if (!has_addresses(session, remote)) {
		return REFUSED;
	}
	return rtp()->apply_negotiated_sdp_stream(session, session_media, local, remote, index, asterisk_stream);
}

static void stop(struct ast_sip_session_media *session_media)
{
	if (rtp()->stream_stop) {
		rtp()->stream_stop(session_media);
	}
}

/* Twice for some streams, as the one who keeps it and as one of the list; the second time there is nothing to destroy. */
static void destroy(struct ast_sip_session_media *session_media)
{
	rtp()->stream_destroy(session_media);
}

/* Not change_outgoing_sdp_stream_media_address, which is asked of everybody in the list. */
static struct ast_sip_session_sdp_handler handler = {
	.id = "address",
	.negotiate_incoming_sdp_stream = negotiate,
	.create_outgoing_sdp_stream = create,
	.apply_negotiated_sdp_stream = apply,
	.stream_stop = stop,
	.stream_destroy = destroy,
};

static int load_module(void)
{
	return ast_sip_session_register_sdp_handler(&handler, "audio") ? AST_MODULE_LOAD_DECLINE : AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	/* Streams of calls in progress are ours. */
	return -1;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Audio goes to addresses, not to names",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	/* Before res_pjsip_sdp_rtp, which is AST_MODPRI_CHANNEL_DRIVER. */
	.load_pri = AST_MODPRI_CHANNEL_DEPEND,
	.requires = "res_pjsip,res_pjsip_session",
);
