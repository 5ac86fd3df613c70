/*
 * Lets a caller be heard again whose audio comes from another port in mid-call.
 *
 * A NAT router that forgets a mapping, or a telephone that changes its network, sends on from another address. Asterisk
 * learns the source of a call's audio for five seconds, and drops for good what comes from elsewhere after that
 * (strictrtp of res_rtp_asterisk.c, 22.10). It may not simply accept it: whoever guesses a port could speak in a call.
 * So this module looks at each packet before it is read. When the stream that was heard has stopped, and what comes from
 * elsewhere goes on with its SSRC and its sequence numbers, which nobody off the path knows, it has Asterisk learn anew:
 * the new source has to pass the probation that one passes at a call's beginning (RFC 3550, appendix A.1).
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_pjsip_rtp_rebind"
#define AST_MODULE_SELF_SYM __internal_res_pjsip_rtp_rebind_self

#include <asterisk.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include <asterisk/channel.h>
#include <asterisk/datastore.h>
#include <asterisk/frame.h>
#include <asterisk/module.h>
#include <asterisk/netsock2.h>
#include <asterisk/rtp_engine.h>
#include <asterisk/time.h>
#include <asterisk/utils.h>

/* Half a second without a packet: no jitter, yet hardly a word is lost. */
#define SILENT_MS 500
/* As many packets have to go on with the stream before it is believed. */
#define CONVINCING 5
/* Farther ahead than what half a minute without audio leaves out is no continuation: by then the agent has taken leave. */
#define FARTHEST_AHEAD 1500

struct stream {
	struct ast_sockaddr source;
	struct timeval heard;
	unsigned int ssrc;
	unsigned short sequence;
	int known;
	/* Packets from elsewhere that went on with it. */
	int convincing;
};

struct packet {
	struct ast_sockaddr source;
	unsigned int ssrc;
	unsigned short sequence;
};

typedef struct ast_frame *reader(struct ast_channel *chan);

static reader *original;

static const struct ast_datastore_info stream_info = {
	.type = "res_pjsip_rtp_rebind",
	.destroy = ast_free_ptr,
};

static struct stream *stream_of(struct ast_channel *chan)
{
	struct ast_datastore *store = ast_channel_datastore_find(chan, &stream_info, NULL);

	if (store) {
		return store->data;
	}
	store = ast_datastore_alloc(&stream_info, NULL);
	if (!store) {
		return NULL;
	}
	store->data = ast_calloc(1, sizeof(struct stream));
	if (!store->data) {
		ast_datastore_free(store);
		return NULL;
	}
	ast_channel_datastore_add(chan, store);
	return store->data;
}

/* Looks at the packet that is about to be read; 0 when it is no RTP. */
static int peek(int fd, struct packet *packet)
{
	unsigned char header[12];
	ssize_t length;

	packet->source.len = sizeof(packet->source.ss);
	length = recvfrom(fd, header, sizeof(header), MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC,
		(struct sockaddr *) &packet->source.ss, &packet->source.len);
	if (length < (ssize_t) sizeof(header) || header[0] >> 6 != 2) {
		return 0;
	}
	packet->sequence = header[2] << 8 | header[3];
	packet->ssrc = (unsigned int) header[8] << 24 | header[9] << 16 | header[10] << 8 | header[11];
	return 1;
}

static void note(struct stream *stream, const struct packet *packet)
{
	stream->source = packet->source;
	stream->heard = ast_tvnow();
	stream->ssrc = packet->ssrc;
	stream->sequence = packet->sequence;
	stream->known = 1;
	stream->convincing = 0;
}

/* Whether a packet that was not accepted goes on with the stream that was heard, which has stopped. */
static int goes_on(const struct stream *stream, const struct packet *packet)
{
	unsigned short ahead = packet->sequence - stream->sequence;

	return stream->known && packet->ssrc == stream->ssrc && ahead > 0 && ahead <= FARTHEST_AHEAD
		&& ast_sockaddr_cmp(&packet->source, &stream->source)
		&& ast_tvdiff_ms(ast_tvnow(), stream->heard) >= SILENT_MS;
}

/* Learning begins when an address is set that is not the known one; the known one is set again after it, since it is
   where our own audio goes until another one is learnt. */
static void learn_anew(struct ast_channel *chan)
{
	struct ast_rtp_glue *glue = ast_rtp_instance_get_glue(ast_channel_tech(chan)->type);
	struct ast_rtp_instance *rtp = NULL;
	struct ast_sockaddr known, other;

	if (!glue) {
		return;
	}
	/* What it answers is about audio past Asterisk, which it forbids wherever audio may be encrypted. */
	glue->get_rtp_info(chan, &rtp);
	if (!rtp) {
		return;
	}
	ast_rtp_instance_get_incoming_source_address(rtp, &known);
	other = known;
	ast_sockaddr_set_port(&other, ast_sockaddr_port(&known) ^ 1);
	ast_rtp_instance_set_incoming_source_address(rtp, &other);
	ast_rtp_instance_set_incoming_source_address(rtp, &known);
	ast_log(LOG_NOTICE, "%s: audio comes from elsewhere now; its source is learnt anew\n", ast_channel_name(chan));
	ao2_ref(rtp, -1);
}

/* Called with the channel locked. */
static struct ast_frame *read_stream(struct ast_channel *chan)
{
	struct packet packet;
	int rtp = peek(ast_channel_fd(chan, ast_channel_fdno(chan)), &packet);
	struct ast_frame *frames = original(chan);
	struct stream *stream = rtp ? stream_of(chan) : NULL;

	if (!stream) {
		return frames;
	}
	if (frames && frames->frametype == AST_FRAME_VOICE) {
		note(stream, &packet);
	} else if (goes_on(stream, &packet) && ++stream->convincing == CONVINCING) {
		stream->convincing = 0;
		learn_anew(chan);
	}
	return frames;
}

static int load_module(void)
{
	const struct ast_channel_tech *tech = ast_get_channel_tech("PJSIP");

	if (!tech || !tech->read_stream) {
		ast_log(LOG_ERROR, "chan_pjsip has not registered PJSIP\n");
		return AST_MODULE_LOAD_DECLINE;
	}
	original = tech->read_stream;
	/* As in res_pjsip_key_source.c. */
	*(reader **) &tech->read_stream = read_stream;
	return AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	/* A thread may be in our function. */
	return -1;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Hear callers whose audio comes from another port",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_CHANNEL_DRIVER + 1,
	.requires = "chan_pjsip",
);
